"""Index any part of what the record of changes is searched by (web/parts.py)."""

from django.db import migrations

from carillon.web.parts import Parts


def ensure(apps, schema_editor):
    Parts("audit_auditentry", "search_key", ("search_key",)).ensure()


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_search")]

    operations = [migrations.RunPython(ensure, migrations.RunPython.noop)]
