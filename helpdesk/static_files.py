"""Static files: hashed names after ``collectstatic``, plain names before it."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Look hashed names up in the manifest; a name it lacks is served as it is.

    So tests and ``runserver`` need no ``collectstatic``, and a file forgotten in the
    manifest is a missing picture, not a broken page.
    """

    def stored_name(self, name: str) -> str:
        """Return the hashed name of the manifest, or ``name`` itself."""
        clean_name = self.clean_name(name)
        hashed_name: str = self.hashed_files.get(self.hash_key(clean_name), clean_name)
        return hashed_name
