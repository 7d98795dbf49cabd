"""Addresses of the institutions and of what is handed to them, below staff/."""

from django.urls import URLPattern, URLResolver

__all__ = ["urlpatterns"]

app_name = "referrals"
urlpatterns: list[URLPattern | URLResolver] = []
