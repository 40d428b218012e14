"""Values on their way from a form or a client to a row. Pure."""

from dataclasses import dataclass
from typing import TypeAlias

from tickets.models.custom_values import CustomValue

SHORT = 255


@dataclass(frozen=True, slots=True)
class FileValue:
    """An uploaded file whose bytes are stored already."""

    sha256: str
    filename: str
    content_type: str


Entered: TypeAlias = str | FileValue


@dataclass(frozen=True, slots=True)
class CleanValue:
    """A value as it is stored; ``sha256`` names the blob of a file."""

    text: str
    content_type: str = ""
    sha256: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What makes two values the same: in any case, as RT compares them."""
        return self.text.casefold(), self.sha256

    @classmethod
    def of(cls, row: CustomValue) -> "CleanValue":
        """Return the value of a row."""
        return cls(row.text, row.content_type, row.blob_id or "")

    def columns(self) -> dict[str, object]:
        """Return the columns of a row that has this value."""
        is_short = len(self.text) <= SHORT
        return {
            "content": self.text if is_short else "",
            "large_content": "" if is_short else self.text,
            "content_type": self.content_type,
            "blob_id": self.sha256 or None,
        }
