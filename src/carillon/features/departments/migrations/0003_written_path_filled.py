"""Write the path of every department that exists, parents first."""

from django.db import migrations

from carillon.web.search import fold


def fill(apps, schema_editor):
    departments = apps.get_model("departments", "Department")
    written = {}
    for department in departments.objects.order_by("path").iterator():
        above = written.get(department.parent_id)
        written[department.pk] = f"{above}/{department.name}" if above else department.name
        department.full_name = written[department.pk]
        department.name_key = fold(department.full_name)[:600]
        department.save(update_fields=["full_name", "name_key"])


class Migration(migrations.Migration):
    dependencies = [("departments", "0002_written_path")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
