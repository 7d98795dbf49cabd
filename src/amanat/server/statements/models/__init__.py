"""Tables of the records, a file a subject."""

from amanat.server.statements.models.items import Carry, Item, Name
from amanat.server.statements.models.publishing import Publication, PublishedFile
from amanat.server.statements.models.questions import Asked, Question, Reply
from amanat.server.statements.models.records import Deed, Record
from amanat.server.statements.models.sources import Source

__all__ = [
    "Asked",
    "Carry",
    "Deed",
    "Item",
    "Name",
    "Publication",
    "PublishedFile",
    "Question",
    "Record",
    "Reply",
    "Source",
]
