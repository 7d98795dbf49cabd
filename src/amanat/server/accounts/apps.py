"""People of the organisation: names, keys, second factor, roles."""

from django.apps import AppConfig


class Accounts(AppConfig):
    name = "amanat.server.accounts"
    label = "accounts"
