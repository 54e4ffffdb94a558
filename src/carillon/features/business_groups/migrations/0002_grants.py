from django.db import migrations, models

FEATURES = [
    "hunt_groups", "pickup_groups", "acd", "attendants", "short_codes", "account_codes", "call_logs",
    "call_recording", "music_on_hold", "call_notifications",
]


def grant_what_was_there(apps, schema_editor):
    """Groups made before there were grants keep what they could do."""
    groups = apps.get_model("business_groups", "BusinessGroup")
    groups.objects.update(features=FEATURES, permissions=["unlock_accounts"])


class Migration(migrations.Migration):

    dependencies = [
        ("business_groups", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="businessgroup",
            name="basic_acd_licences",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="businessgroup",
            name="premium_acd_licences",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="businessgroup",
            name="features",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="businessgroup",
            name="permissions",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="businessgroup",
            name="suspended",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(grant_what_was_there, migrations.RunPython.noop),
    ]
