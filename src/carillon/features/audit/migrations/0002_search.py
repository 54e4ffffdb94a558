"""Keep a folded copy of what the record of changes is searched by."""

from django.db import migrations

import carillon.web.folded
from carillon.web.search import fold

BATCH = 2000


def fill(apps, schema_editor):
    entries = apps.get_model("audit", "AuditEntry")
    batch = []
    for entry in entries.objects.only("id", "label", "actor").iterator(BATCH):
        entry.search_key = fold(f"{entry.label} | {entry.actor}")[:300]
        batch.append(entry)
        if len(batch) == BATCH:
            _write(entries, batch)
            batch = []
    _write(entries, batch)


def _write(entries, batch):
    for entry in batch:
        entries.objects.filter(pk=entry.pk).update(search_key=entry.search_key)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="search_key",
            field=carillon.web.folded.FoldedField(
                blank=True, default="", editable=False, max_length=300, source="searched"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
