"""Who may open a page: somebody signed in with password and code, a reader, an administrator.

A session counts only while its member is active; Django reads the member anew for each request. Shown
right by `tests/server/accounts/test_access.py`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from amanat.errors import NotAllowed
from amanat.server.accounts.models import Member
from amanat.server.accounts.rules import may_manage_people, may_read, may_supervise
from amanat.server.api import wants_json

__all__ = ["administrator", "awaits_code", "member_of", "reader", "signed_in", "supervisor"]

View = Callable[..., HttpResponse]


def member_of(request: HttpRequest) -> Member | None:
    """Whoever signed in with password and code; None for anybody else."""
    user = cast(Any, request.user)
    return user if user.is_authenticated and user.is_active and user.is_verified() else None


def awaits_code(request: HttpRequest) -> Member | None:
    """Whoever has given the password of an account that has no confirmed second factor yet."""
    user = cast(Any, request.user)
    if not user.is_authenticated or not user.is_active or user.is_verified():
        return None
    return None if TOTPDevice.objects.filter(user=user, confirmed=True).exists() else user


def signed_in(view: View) -> View:
    """Lets in whoever is signed in; others are led to the step they lack, scripts are told 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if member_of(request) is None:
            if wants_json(request):
                raise NotAllowed(_("You are signed out."), hint=_("Sign in again in another tab."))
            return redirect("accounts:code" if awaits_code(request) else "accounts:sign-in")
        return view(request, *args, **kwargs)

    return guarded


def _only(allows: Callable[[str], bool]) -> Callable[[View], View]:
    def guard(view: View) -> View:
        @signed_in
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not allows(cast(Member, request.user).role):
                raise NotAllowed(_("This page is not for you."))
            return view(request, *args, **kwargs)

        return guarded

    return guard


reader = _only(may_read)
supervisor = _only(may_supervise)
administrator = _only(may_manage_people)
