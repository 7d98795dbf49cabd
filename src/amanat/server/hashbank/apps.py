"""The stage that holds lists and answers who asks whether a print is on one."""

from django.apps import AppConfig


class Hashbank(AppConfig):
    name = "amanat.server.hashbank"
    label = "hashbank"
