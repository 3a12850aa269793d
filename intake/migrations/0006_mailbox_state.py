import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0005_channel_pages'),
    ]

    operations = [
        migrations.CreateModel(
            name='MailboxState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid_validity', models.BigIntegerField(default=0)),
                ('last_uid', models.BigIntegerField(default=0)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=200)),
                ('last_error_at', models.DateTimeField(blank=True, null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('source', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mailbox_state', to='intake.source')),
            ],
        ),
    ]
