"""Institutions, their clocks, and the referrals that are handed to them."""

from django.apps import AppConfig


class Referrals(AppConfig):
    name = "amanat.server.referrals"
    label = "referrals"
