from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('voicemail', '0004_setup_of_temporary_pins'),
    ]

    operations = [
        migrations.AddField(
            model_name='mailbox',
            name='resets',
            field=models.PositiveIntegerField(default=0),
        ),
    ]
