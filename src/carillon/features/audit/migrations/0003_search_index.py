"""On PostgreSQL, find any part of a word in the record of changes by trigrams."""

from django.db import migrations


def add_trigrams(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema_editor.execute(
            "CREATE INDEX audit_search_trigrams ON audit_auditentry USING gin (search_key gin_trgm_ops)"
        )


def remove_trigrams(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX audit_search_trigrams")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_search")]

    operations = [migrations.RunPython(add_trigrams, remove_trigrams)]
