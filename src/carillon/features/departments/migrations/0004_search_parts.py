"""Index any part of a department's written path (web/parts.py): every search of a list of lines looks there too.

On PostgreSQL alone: SQLite reads the few thousand names of a group more quickly than it would keep an index of them.
"""

from django.db import migrations

from carillon.web.parts import Parts


def ensure(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        Parts("departments_department", "name_key", ("name_key",)).ensure()


class Migration(migrations.Migration):
    dependencies = [("departments", "0003_written_path_filled")]

    operations = [migrations.RunPython(ensure, migrations.RunPython.noop)]
