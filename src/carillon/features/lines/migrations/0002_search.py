from django.db import migrations, models
from django.db.models.functions import Concat

import carillon.web.folded


class Migration(migrations.Migration):
    dependencies = [
        ("lines", "0001_initial"),
        ("departments", "0003_written_path_filled"),
        ("extensions", "0001_initial"),
    ]

    operations = [
        # every index below begins with the group: one on the group alone would only mislead the planner
        migrations.AlterField(
            model_name="line",
            name="group",
            field=models.ForeignKey(
                db_index=False,
                on_delete=models.CASCADE,
                related_name="lines",
                to="business_groups.businessgroup",
            ),
        ),
        migrations.AddField(
            model_name="line",
            name="extension_digits",
            field=models.CharField(blank=True, default="", editable=False, max_length=7),
        ),
        migrations.AddField(
            model_name="line",
            name="department_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=600),
        ),
        migrations.AddField(
            model_name="line",
            name="name_key",
            field=carillon.web.folded.FoldedField(
                blank=True, default="", editable=False, max_length=128, source="name"
            ),
        ),
        migrations.AddField(
            model_name="line",
            name="search_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=Concat(
                    models.F("name_key"),
                    models.Value(" | "),
                    models.F("number"),
                    models.Value(" | "),
                    models.F("extension_digits"),
                ),
                output_field=models.CharField(max_length=160),
            ),
        ),
    ]
