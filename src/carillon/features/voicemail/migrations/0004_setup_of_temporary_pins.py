"""Who has a temporary PIN is a new subscriber: he is asked for his name and a greeting too."""

from typing import Any

from django.db import migrations


def begin(apps: Any, schema_editor: Any) -> None:
    mailboxes = apps.get_model("voicemail", "Mailbox").objects.using(schema_editor.connection.alias)
    mailboxes.filter(pin_temporary=True).update(setup_due="name")


class Migration(migrations.Migration):
    dependencies = (("voicemail", "0003_recorded_name"),)
    operations = (migrations.RunPython(begin, migrations.RunPython.noop, elidable=True),)
