"""The former state of a line that was reset."""

from django.db import models

from carillon.features.line_actions.choices import SnapshotState


class LineSnapshot(models.Model):
    """What a reset took away: `payload` is its rows, encrypted (queries.seal), "" once restored or erased.

    `audio` names the recordings that belong to it; `state` tells the worker what to do with their files. One without
    a line is what a deleted line has left for the worker to erase.
    """

    line = models.ForeignKey("lines.Line", models.SET_NULL, null=True, related_name="snapshots")
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=120)
    expires_at = models.DateTimeField(db_index=True)
    payload = models.TextField(blank=True)
    audio = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=10, choices=SnapshotState, default=SnapshotState.SEALING)

    class Meta:
        ordering = ("-taken_at", "-id")
        indexes = (
            models.Index(
                fields=["id"], name="snapshot_files_waiting", condition=~models.Q(state=SnapshotState.KEPT)
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=SnapshotState.values), name="snapshot_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"line {self.line_id} before {self.taken_at:%Y-%m-%d %H:%M}"
