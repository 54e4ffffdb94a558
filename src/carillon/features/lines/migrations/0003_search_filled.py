"""Fill the columns lists search and sort by, then index them."""

from django.db import migrations, models

from carillon.web.search import fold

BATCH = 2000


def fill(apps, schema_editor):
    lines = apps.get_model("lines", "Line")
    extensions = apps.get_model("extensions", "Extension")
    digits = dict(extensions.objects.exclude(line=None).values_list("line_id", "first"))
    places = dict(apps.get_model("departments", "Department").objects.values_list("pk", "name_key"))
    batch = []

    def write():
        lines.objects.bulk_update(batch, ["name_key", "extension_digits", "department_key"], batch_size=200)
        batch.clear()

    for line in lines.objects.only("id", "name", "department_id").iterator(BATCH):
        line.name_key = fold(line.name)[:128]
        line.extension_digits = digits.get(line.pk, "")
        line.department_key = places.get(line.department_id, "")
        batch.append(line)
        if len(batch) == BATCH:
            write()
    write()


def index(*fields, name, **options):
    return migrations.AddIndex(model_name="line", index=models.Index(fields=fields, name=name, **options))


class Migration(migrations.Migration):
    dependencies = [("lines", "0002_search")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        index("group", "name_key", "id", "search_key", name="line_group_name"),
        index("group", "kind", "name_key", "id", name="line_group_kind"),
        index("group", "extension_digits", "number", name="line_group_extension"),
        index("group", "department_key", "number", name="line_group_place"),
        index("group", "kind", name="line_locked", condition=models.Q(locked_at__isnull=False)),
    ]
