from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0001_initial_tables'),
    ]

    operations = [
        migrations.AlterField(
            model_name='source',
            name='kind',
            field=models.CharField(choices=[('generic', 'Webhook (generic)'), ('email', 'E-mail'), ('form', 'Public form'), ('telegram', 'Telegram'), ('line', 'LINE'), ('slack', 'Slack')], max_length=20),
        ),
    ]
