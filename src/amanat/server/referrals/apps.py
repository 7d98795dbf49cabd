"""Institutions, their clocks, and the referrals that are handed to them."""

from django.apps import AppConfig


class Referrals(AppConfig):
    name = "amanat.server.referrals"
    label = "referrals"

    def ready(self) -> None:
        """Put the referrals on the pages of a report and of a case, and have them erased with it."""
        from amanat.server.cases.actions.proposing import also_erase
        from amanat.server.cases.sections import Section, register, register_on_case
        from amanat.server.referrals.actions.erasing import erase_with
        from amanat.server.referrals.views.referrals import fill

        register(Section("referrals/section.html", "amanat/referring.js", fill))
        register_on_case("referrals/case_section.html", "amanat/case-chain.js")
        also_erase(erase_with)
