"""Addresses of the staff account pages, below staff/."""

from django.urls import URLPattern, URLResolver, path

from amanat.server.accounts import api, views

__all__ = ["urlpatterns"]

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", views.sign_in, name="sign-in"),
    path("logout/", views.sign_out, name="sign-out"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("code/", views.code, name="code"),
    path("code/picture.svg", views.code_picture, name="code-picture"),
    path("key/", api.key, name="key"),
    path("key/wrapped.json", api.wrapped, name="wrapped"),
    path("people/", views.people, name="people"),
    path("people/<int:member_id>/deactivate/", views.deactivate, name="deactivate"),
]
