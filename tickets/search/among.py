"""``pk__among=queryset``: `IN`, run first of all by PostgreSQL."""

from typing import Any

from django.db import models
from django.db.models.lookups import In


@models.AutoField.register_lookup
@models.BigAutoField.register_lookup
class Among(In[Any]):
    """Read a subquery into an array and look its ids up by the primary key.

    PostgreSQL cannot know how few rows a word finds, and reads half of the table beside
    them. For conditions that a whole query needs: as one of several alternatives, or
    negated, an array is compared one by one.
    """

    lookup_name = "among"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """Compare with an array on PostgreSQL."""
        if connection.vendor == "postgresql":
            return f"= ANY(ARRAY{rhs})"
        return super().get_rhs_op(connection, rhs)
