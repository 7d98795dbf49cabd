"""What each figure counts, in the words that are published with it, and the words of the page.

The table is the definition: it is part of every released file, so a change of it shows. Shown complete by
`tests/server/public/test_figures_rules.py`.
"""

from collections.abc import Mapping

__all__ = ["DEFINITIONS"]


def _both(en: str, ur: str, en_text: str, ur_text: str) -> dict[str, dict[str, str]]:
    return {"en": {"name": en, "text": en_text}, "ur": {"name": ur, "text": ur_text}}


DEFINITIONS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "reports.received": _both(
        "Received",
        "موصول",
        "Reports that this organisation has stored since it began, also when erased since.",
        "وہ رپورٹیں جو اس ادارے نے شروع سے اب تک محفوظ کیں۔ مواد مٹایا جائے تب بھی رپورٹ گنتی میں رہتی ہے۔",
    ),
    "reports.acknowledged": _both(
        "Acknowledged",
        "وصولی کی تصدیق شدہ",
        "Reports that a worker has acknowledged, put into a case, referred or closed.",
        "وہ رپورٹیں جن کی وصولی کسی کارکن نے مانی، معاملے میں رکھیں، آگے بھیجیں یا بند کیں۔",
    ),
    "reports.waiting": _both(
        "Not yet acknowledged",
        "تصدیق باقی",
        "All other reports received, and those too few to be shown as acknowledged.",
        "باقی تمام موصول رپورٹیں، اور وہ جو تصدیق شدہ کے طور پر دکھانے کے لیے بہت کم ہیں۔",
    ),
    "reports.open": _both(
        "Open",
        "کھلی",
        "Reports that are not closed, merged or out of scope, and those too few to be shown there.",
        "وہ رپورٹیں جو بند، ضم یا دائرے سے باہر نہیں، اور وہ جو وہاں دکھانے کے لیے بہت کم ہیں۔",
    ),
    "reports.closed": _both(
        "Closed",
        "بند",
        "Reports that a worker closed, or that were erased, and that are not merged or out of scope.",
        "وہ رپورٹیں جو کارکن نے بند کیں یا جن کا مواد مٹایا گیا، اور جو ضم یا دائرے سے باہر نہیں۔",
    ),
    "reports.merged": _both(
        "Merged",
        "ضم",
        "Reports whose case was merged into another case.",
        "وہ رپورٹیں جن کا معاملہ کسی دوسرے معاملے میں ضم ہوا۔",
    ),
    "reports.out_of_scope": _both(
        "Out of scope",
        "دائرے سے باہر",
        "Closed reports, not merged, for whose case a worker released the category out_of_scope.",
        "بند رپورٹیں، جو ضم نہیں، جن کے معاملے کے لیے کارکن نے دائرے سے باہر (out_of_scope) کی قسم جاری کی۔",
    ),
    "reports.acknowledge_median_days": _both(
        "Half were acknowledged within, days",
        "آدھی کی تصدیق اتنے دنوں میں",
        "From the epoch in which a report was stored to the one of its acknowledgement, rounded up to steps.",
        "رپورٹ محفوظ ہونے کے وقفے سے تصدیق کے وقفے تک، مقررہ درجوں تک بڑھا کر۔",
    ),
    "reports.acknowledge_ninth_days": _both(
        "Nine in ten were acknowledged within, days",
        "دس میں سے نو کی تصدیق اتنے دنوں میں",
        "The same, for nine reports in ten (90th percentile).",
        "یہی، دس میں سے نو رپورٹوں کے لیے (۹۰واں فیصدی)۔",
    ),
    "referrals.sent": _both(
        "Sent",
        "بھیجے گئے",
        "Referrals to institutions, also those that one institution made to another.",
        "اداروں کو بھیجے گئے معاملات، ایک ادارے کے دوسرے ادارے کو بھیجے گئے بھی۔",
    ),
    "referrals.answered": _both(
        "Answered",
        "جواب ملا",
        "Referrals that the institution answered, in time or late.",
        "وہ جن کا ادارے نے جواب دیا، وقت پر یا دیر سے۔",
    ),
    "referrals.refused": _both(
        "Refused",
        "انکار",
        "Referrals that the institution refused, in time or late.",
        "وہ جن سے ادارے نے انکار کیا، وقت پر یا دیر سے۔",
    ),
    "referrals.passed_on": _both(
        "Passed on",
        "آگے بھیجے گئے",
        "Referrals that the institution passed on to another; what came of that is counted there.",
        "وہ جو ادارے نے دوسرے کو بھیج دیے؛ آگے کا حال وہاں گنا جاتا ہے۔",
    ),
    "referrals.returned": _both(
        "Returned",
        "واپس",
        "Referrals that the institution sent back.",
        "وہ جو ادارے نے واپس بھیج دیے۔",
    ),
    "referrals.lapsed": _both(
        "Lapsed",
        "مدت گزر گئی",
        "Referrals without an answer whose due date has passed.",
        "وہ جن کا جواب نہیں آیا اور آخری تاریخ گزر گئی۔",
    ),
    "referrals.waiting": _both(
        "Waiting",
        "انتظار میں",
        "All other referrals, and those too few to be shown elsewhere.",
        "باقی تمام، اور وہ جو کہیں اور دکھانے کے لیے بہت کم ہیں۔",
    ),
    "referrals.answer_median_days": _both(
        "Half were answered within, days",
        "آدھے جواب اتنے دنوں میں",
        "From the epoch of sending to the one of the answer or refusal, rounded up to steps.",
        "بھیجنے کے وقفے سے جواب یا انکار کے وقفے تک، مقررہ درجوں تک بڑھا کر۔",
    ),
    "referrals.answer_ninth_days": _both(
        "Nine in ten were answered within, days",
        "دس میں سے نو جواب اتنے دنوں میں",
        "The same, for nine referrals in ten (90th percentile).",
        "یہی، دس میں سے نو کے لیے (۹۰واں فیصدی)۔",
    ),
}
