"""Staff come in: invitation, second factor, sign-in, sign-out, and the administrator's page of people.

Forms work without JavaScript. One same answer for a wrong name, password or code, and the same work for an
unknown name. The key that reads reports is `api.py`. Shown right by `tests/server/accounts/test_views.py`.
"""

import base64
import io
from typing import cast

import segno
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_otp import login as login_with_code
from django_otp.plugins.otp_totp.models import TOTPDevice

from amanat import clock
from amanat.errors import Conflict
from amanat.server.accounts import actions, queries
from amanat.server.accounts.access import administrator, awaits_code, member_of
from amanat.server.accounts.forms import ROLE_NAMES, CodeForm, InvitationForm, InviteForm, SignInForm
from amanat.server.accounts.models import Member
from amanat.server.accounts.rules import THROTTLE_WINDOW, may_manage_people

__all__ = ["code", "code_picture", "deactivate", "invitation", "people", "sign_in", "sign_out"]

FORM = ["GET", "HEAD", "POST"]


@sensitive_post_parameters()
@require_http_methods(FORM)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Become a member."""
    found = queries.usable_invitation(token_hash=actions.token_hash(token), now=clock.now())
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("sign_in_name", "pseudonym", "password")}
        try:
            member = actions.accept_invitation(now=clock.now(), token=token, **given)
        except Conflict as error:
            form.add_error("sign_in_name" if error.where else None, _(error.what))
        else:
            login(request, member)
            return redirect("accounts:code")
    context = {"form": form, "role": ROLE_NAMES[found.role]}
    return render(request, "staff/invitation.html", context, status=400 if form.errors else 200)


@require_http_methods(FORM)
def code(request: HttpRequest) -> HttpResponse:
    """Set up the second factor: only right after the password, and only once."""
    member = awaits_code(request)
    if member is None:
        # Also after a second press of the button: the first one signed in.
        return redirect(_way_on(request))
    device = actions.begin_second_factor(by=member)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        accepted = actions.accept_code(by=member, code=form.cleaned_data["code"], confirmed=False)
        if accepted:
            request.session.cycle_key()
            login_with_code(request, accepted)
            return redirect(_first_page(member))
        form.add_error("code", _("This code is not right. Wait for the next one and try again."))
    context = {"form": form, "secret": _groups_of_four(device)}
    return render(request, "staff/code.html", context, status=400 if form.errors else 200)


@require_safe
def code_picture(request: HttpRequest) -> HttpResponse:
    """The same secret as a picture for an authenticator: of its own, because pages hold no inline data."""
    member = awaits_code(request)
    if member is None:
        return redirect("accounts:sign-in")
    picture = io.BytesIO()
    device = actions.begin_second_factor(by=member)
    segno.make(device.config_url, error="m").save(picture, kind="svg", border=2, dark="#000", light="#fff")
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@sensitive_post_parameters()
@require_http_methods(FORM)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with name, password and code."""
    if request.method != "POST" and _way_on(request) != "accounts:sign-in":
        return redirect(_way_on(request))
    form = SignInForm(request.POST or None)
    status = 200
    if form.is_bound:
        status = _try_to_sign_in(request, form)
        if status == 302:
            return redirect("accounts:people" if may_manage_people(_member(request).role) else "cases:inbox")
    response = render(request, "staff/sign_in.html", {"form": form}, status=status)
    if status == 429:
        response["Retry-After"] = str(int(THROTTLE_WINDOW.total_seconds()))
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; the browser also forgets the unlocked key."""
    logout(request)
    response = redirect("accounts:sign-in")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@administrator
@require_http_methods(FORM)
def people(request: HttpRequest) -> HttpResponse:
    """Everybody of the organisation; a POST invites one more and shows the link this once."""
    form, link = InviteForm(request.POST or None), ""
    if form.is_valid():
        token = actions.invite(by=_member(request), now=clock.now(), role=form.cleaned_data["role"])
        link = settings.AMANAT_URL + reverse("accounts:invitation", args=[token])
    context = {"form": form, "link": link, "people": queries.people(), "roles": ROLE_NAMES}
    return render(request, "staff/people.html", context, status=400 if form.errors else 200)


@administrator
@require_POST
def deactivate(request: HttpRequest, member_id: int) -> HttpResponse:
    """End somebody's access."""
    member = get_object_or_404(Member, pk=member_id)
    actions.deactivate(by=_member(request), now=clock.now(), member=member)
    return redirect("accounts:people")


def _try_to_sign_in(request: HttpRequest, form: SignInForm) -> int:
    """The status to answer with: 302 when signed in."""
    now, name = clock.now(), str(form.data.get("sign_in_name", ""))[:200]
    if queries.throttled(name_hash=actions.name_hash(name), now=now):
        minutes = int(THROTTLE_WINDOW.total_seconds() // 60)
        form.add_error(
            None, _("Too many attempts. Wait %(minutes)d minutes and try again.") % {"minutes": minutes}
        )
        return 429
    if form.is_valid():
        given = form.cleaned_data
        user = authenticate(request, username=name, password=given["password"])
        device = user and actions.accept_code(by=user, code=given["code"], confirmed=True)
        if user and device:
            login(request, user)
            login_with_code(request, device)
            return 302
        actions.note_failure(now=now, sign_in_name=name)
        form.add_error(None, _("The name, the password or the code is not right."))
    return 400


def _member(request: HttpRequest) -> Member:
    return cast(Member, request.user)


def _way_on(request: HttpRequest) -> str:
    """The next step towards the pages for whoever asks."""
    member = member_of(request)
    if member is not None:
        return _first_page(member)
    return "accounts:code" if awaits_code(request) else "accounts:sign-in"


def _first_page(member: Member) -> str:
    return "accounts:people" if may_manage_people(member.role) else "accounts:key"


def _groups_of_four(device: TOTPDevice) -> str:
    text = base64.b32encode(bytes.fromhex(device.key)).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
