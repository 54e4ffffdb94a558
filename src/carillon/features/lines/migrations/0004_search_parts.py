"""Index any part of the names, numbers and extensions of lines (web/parts.py)."""

from django.db import migrations

from carillon.web.parts import Parts


def ensure(apps, schema_editor):
    Parts("lines_line", "search_key", ("name_key", "number", "extension_digits")).ensure()


class Migration(migrations.Migration):
    dependencies = [("lines", "0003_search_filled")]

    operations = [migrations.RunPython(ensure, migrations.RunPython.noop)]
