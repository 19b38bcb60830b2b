import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0001_initial'),
    ]

    operations = [
        migrations.RemoveField('pace', 'tat'),
        migrations.AddField(
            'pace',
            'let_go',
            django.contrib.postgres.fields.ArrayField(models.FloatField(), default=list, size=None),
            preserve_default=False,
        ),
        migrations.AddField('pace', 'wait', models.FloatField(default=0), preserve_default=False),
    ]
