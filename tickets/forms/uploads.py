"""Files with a form: several at once, and kept when the form must be corrected."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from tickets import blobs
from tickets.models import Blob

SALT = "tickets.uploads"
KEPT_NAME = "kept"
LONGEST_NAME = 255

Upload: TypeAlias = "UploadedFile[bytes]"


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """A field whose clean value is the list of files sent."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """Check the size of all files together; an empty file is a file."""
        files = [file for file in data or [] if file]
        total = sum(file.size or 0 for file in files)
        if total > settings.MAX_MAIL_SIZE:
            limit = settings.MAX_MAIL_SIZE // 1024 // 1024
            raise ValidationError(
                f"The files are too big: at most {limit} MB together.", code="size"
            )
        return files


@dataclass(frozen=True, slots=True)
class KeptFile:
    """An uploaded file whose bytes are stored while its form is not done yet."""

    sha256: str
    filename: str
    content_type: str
    size: int

    @property
    def token(self) -> str:
        """What the form carries: signed, so that nobody names a file not their own."""
        fields = [self.sha256, self.filename, self.content_type, self.size]
        return signing.dumps(fields, salt=SALT, compress=True)

    @classmethod
    def from_token(cls, token: str) -> "KeptFile | None":
        """Read a token of ours, or return None."""
        try:
            return cls(*signing.loads(token, salt=SALT, max_age=7 * 24 * 3600))
        except (signing.BadSignature, TypeError):
            return None

    @classmethod
    def store(cls, file: Upload) -> "KeptFile":
        """Store the bytes of an upload."""
        blob = blobs.store(file.read())
        name = (file.name or "file").replace("\x00", "").strip()[:LONGEST_NAME]
        return cls(
            blob.sha256,
            name or "file",
            file.content_type or "application/octet-stream",
            blob.size,
        )

    def read(self) -> bytes:
        """Return the bytes."""
        return blobs.read(Blob(sha256=self.sha256, size=self.size))


class WithFiles(forms.Form):
    """A form with attachments; call ``keep_files`` once, before validation fails."""

    attachments = ManyFiles(label="Attach files", required=False)
    form_token = forms.CharField(
        max_length=64, required=False, widget=forms.HiddenInput
    )

    @cached_property
    def kept_files(self) -> list[KeptFile]:
        """The files this form carries: those of earlier tries and the new ones.

        Stores the bytes of the new ones, so that a failed validation loses nothing.
        """
        if not self.is_bound:
            return []
        return [*self._kept_before(), *map(KeptFile.store, self._uploaded())]

    @property
    def kept_name(self) -> str:
        """The name of the boxes that say which kept files stay."""
        return KEPT_NAME

    def _kept_before(self) -> Iterable[KeptFile]:
        tokens = self.data.getlist(KEPT_NAME) if hasattr(self.data, "getlist") else []
        found = (KeptFile.from_token(token) for token in tokens)
        return [file for file in found if file is not None]

    def _uploaded(self) -> list[Upload]:
        if "attachments" in self.errors:
            return []
        return list(self.cleaned_data.get("attachments") or [])
