"""Fill the columns lists search and sort by, then index them (on PostgreSQL by trigrams, for any part of a word)."""

from django.db import migrations, models

from carillon.web.search import fold

BATCH = 2000


def fill(apps, schema_editor):
    lines = apps.get_model("lines", "Line")
    extensions = apps.get_model("extensions", "Extension")
    digits = dict(extensions.objects.exclude(line=None).values_list("line_id", "first"))
    batch = []
    for line in lines.objects.only("id", "name").iterator(BATCH):
        line.name_key = fold(line.name)[:128]
        line.extension_digits = digits.get(line.pk, "")
        batch.append(line)
        if len(batch) == BATCH:
            lines.objects.bulk_update(batch, ["name_key", "extension_digits"], batch_size=300)
            batch = []
    lines.objects.bulk_update(batch, ["name_key", "extension_digits"], batch_size=300)


def add_trigrams(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema_editor.execute(
            "CREATE INDEX line_search_trigrams ON lines_line USING gin (search_key gin_trgm_ops)"
        )


def remove_trigrams(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX line_search_trigrams")


class Migration(migrations.Migration):
    dependencies = [("lines", "0002_search")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["group", "name_key", "id"], name="line_group_name"),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["group", "extension_digits", "number"], name="line_group_extension"),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(fields=["group", "number", "search_key"], name="line_group_search"),
        ),
        migrations.RunPython(add_trigrams, remove_trigrams),
    ]
