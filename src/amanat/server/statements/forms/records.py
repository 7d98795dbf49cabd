"""Forms of the records' pages. An item's form has a field for the words of each role: they are looked for in
the source, so nothing that is not there can be written.

Shown right by `tests/server/statements/test_pages.py`.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amanat.record.proposal import LABELS, ROLES
from amanat.server.statements.actions.items import Made
from amanat.server.statements.models import Item, Name, Record, Source
from amanat.server.statements.rules.wording import LABEL_NAMES, NAME_KIND_NAMES, REPLY_NAMES, ROLE_NAMES

__all__ = ["ItemForm", "NameForm", "QuestionForm", "RecordForm", "ReplyForm", "SourceForm"]

_ORDER = list(ROLE_NAMES)


def _auto() -> forms.TextInput:
    return forms.TextInput({"dir": "auto"})


def _day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class RecordForm(forms.Form):
    """A new record."""

    title = forms.CharField(max_length=200, label=_("Title"), widget=_auto())
    about = forms.CharField(
        max_length=400, required=False, label=_("What it is about: place, time"), widget=_auto()
    )


class SourceForm(forms.Form):
    """A public document."""

    file = forms.FileField(
        label=_("File"), help_text=_("Plain text, wikitext, HTML, PDF or DOCX, up to 1 MB. Larger: in parts.")
    )
    title = forms.CharField(max_length=300, label=_("Title"), widget=_auto())
    publisher = forms.CharField(max_length=200, required=False, label=_("Publisher"), widget=_auto())
    published = forms.DateField(required=False, label=_("Date of the document"), widget=_day())
    address = forms.CharField(
        max_length=1000,
        required=False,
        label=_("Address it came from"),
        help_text=_("Kept as text. This server never fetches anything."),
        widget=forms.TextInput({"dir": "ltr"}),
    )
    licence = forms.CharField(max_length=200, required=False, label=_("Licence"), widget=_auto())
    origin = forms.ModelChoiceField(
        Source.objects.none(), required=False, label=_("It repeats this source"), empty_label=_("None")
    )
    replaces = forms.ModelChoiceField(
        Source.objects.none(), required=False, label=_("It is a newer version of"), empty_label=_("None")
    )

    def __init__(self, record: Record, *args: Any) -> None:
        super().__init__(*args)
        rows = record.sources.defer("data", "reading").order_by("number")
        for name in ("origin", "replaces"):
            field = self.fields[name]
            field.queryset = rows if name == "origin" else rows.filter(replaced_by=None)  # type: ignore[attr-defined]
            field.label_from_instance = lambda row: f"{row.number}. {row.title}"  # type: ignore[attr-defined]


class ItemForm(forms.Form):
    """The words and labels of one item; `near` has where the quote begins, should it stand twice."""

    quote = forms.CharField(
        label=_("Exact words of the source"),
        widget=forms.Textarea({"dir": "auto", "rows": 3, "class": "short"}),
    )
    near = forms.IntegerField(required=False, widget=forms.HiddenInput)
    answers = forms.ModelChoiceField(
        Item.objects.none(),
        required=False,
        label=_("It answers"),
        empty_label=_("Nothing, or not in this source"),
    )

    def __init__(self, kind: str, requests: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for role in sorted(ROLES[kind], key=_ORDER.index):
            self.fields[f"role-{role}"] = forms.CharField(
                required=False, max_length=2000, label=ROLE_NAMES[role], widget=_auto()
            )
        for name, values in LABELS[kind].items():
            choices = [(value, LABEL_NAMES[value]) for value in LABEL_NAMES if value in values]
            self.fields[f"label-{name}"] = forms.ChoiceField(choices=choices, label=LABEL_NAMES[name])
        if kind == "referral":
            field = self.fields["answers"]
            field.queryset = requests  # type: ignore[attr-defined]
            field.label_from_instance = lambda row: row.body["quote"]["exact"][:80]  # type: ignore[attr-defined]
        else:
            del self.fields["answers"]
        self.order_fields(["quote", "near", *(name for name in self.fields if name not in {"quote", "near"})])

    def made(self) -> Made:
        """What was written."""
        given = self.cleaned_data
        near = given.get("near")
        return Made(
            kind=self.kind,
            quote=given["quote"],
            words={name[5:]: words for name, words in given.items() if name.startswith("role-") and words},
            labels={name[6:]: value for name, value in given.items() if name.startswith("label-")},
            near={} if near is None else {"quote": near},
            answers=given.get("answers"),
        )


class QuestionForm(forms.Form):
    """A question: what is counted, where and when."""

    name = forms.CharField(max_length=200, label=_("Question"), widget=_auto())
    counted = forms.CharField(max_length=200, label=_("What is to be counted"), widget=_auto())
    scope = forms.CharField(max_length=200, label=_("Where and when"), widget=_auto())


class NameForm(forms.Form):
    """What a name is."""

    kind = forms.ChoiceField(choices=list(NAME_KIND_NAMES.items()), label=_("What it names"))
    role = forms.CharField(
        max_length=100, required=False, label=_("Shown in its place when covered"), widget=_auto()
    )
    same_as = forms.ModelChoiceField(
        Name.objects.none(), required=False, label=_("Another writing of"), empty_label=_("None")
    )

    def __init__(self, name: Name, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["same_as"]
        others = Name.objects.filter(record=name.record_id, same_as=None).exclude(pk=name.pk)
        field.queryset = others.order_by("written")  # type: ignore[attr-defined]
        field.label_from_instance = lambda row: row.written  # type: ignore[attr-defined]


class ReplyForm(forms.Form):
    """What came of asking somebody to reply to a statement."""

    asked_of = forms.CharField(max_length=200, label=_("Who was asked to reply"), widget=_auto())
    outcome = forms.ChoiceField(choices=list(REPLY_NAMES.items()), label=_("What came of it"))
    on = forms.DateField(required=False, label=_("When"), widget=_day())
    answer = forms.ModelChoiceField(
        Item.objects.none(),
        required=False,
        label=_("The statement that is the reply"),
        empty_label=_("None"),
    )

    def __init__(self, item: Item, *args: Any) -> None:
        super().__init__(*args)
        rows = Item.objects.filter(record=item.record_id, kind="statement", state__in=("confirmed", "edited"))
        self.fields["answer"].queryset = rows.exclude(pk=item.pk)  # type: ignore[attr-defined]
        self.fields["answer"].label_from_instance = lambda row: f"{row.source_id}:{row.start}"  # type: ignore[attr-defined]
