from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0003_access_tokens'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='outgoing',
            index=models.Index(condition=models.Q(('automatic', True)), fields=['created_at', 'address'], name='outgoing_automatic_by_time'),
        ),
    ]
