"""The secret that a user's feed addresses are signed with."""

from django.db import models

from accounts.models.users import User


class FeedSecret(models.Model):
    """One user's secret; a new one makes every address given out before worthless.

    Kept as it is and not hashed, because addresses are computed from it.
    """

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="feed_secret", primary_key=True
    )
    secret = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"feed secret of {self.user_id}"
