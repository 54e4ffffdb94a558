
import carillon.web.folded
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('business_groups', '0001_initial'),
        ('departments', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='department',
            name='full_name',
            field=models.TextField(blank=True, default='', editable=False),
        ),
        migrations.AddField(
            model_name='department',
            name='name_key',
            field=carillon.web.folded.FoldedField(blank=True, default='', editable=False, max_length=600, source='full_name'),
        ),
        migrations.AddIndex(
            model_name='department',
            index=models.Index(fields=['group', 'name_key'], name='department_group_name'),
        ),
    ]
