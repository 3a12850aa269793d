import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0001_initial_tables'),
        ('intake', '0006_mailbox_state'),
    ]

    operations = [
        migrations.AlterField(
            model_name='source',
            name='kind',
            field=models.CharField(choices=[('generic', 'Webhook (generic)'), ('email', 'E-mail'), ('form', 'Public form'), ('chat', 'Live chat'), ('telegram', 'Telegram'), ('line', 'LINE'), ('slack', 'Slack'), ('whatsapp', 'WhatsApp'), ('messenger', 'Messenger'), ('instagram', 'Instagram'), ('twilio_sms', 'Twilio SMS'), ('twilio_voice', 'Twilio Voice'), ('wechat', 'WeChat 微信'), ('wecom', 'WeCom 企业微信'), ('douyin', 'Douyin 抖音'), ('shopify', 'Shopify'), ('mailgun', 'Mailgun'), ('postmark', 'Postmark'), ('sendgrid', 'SendGrid')], max_length=20),
        ),
        migrations.CreateModel(
            name='ChatConversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32, unique=True)),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('email', models.CharField(blank=True, max_length=320)),
                ('email_is_verified', models.BooleanField(default=False)),
                ('order_number', models.CharField(blank=True, max_length=64)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('version', models.PositiveIntegerField(default=0)),
                ('last_number', models.PositiveIntegerField(default=0)),
                ('fetched_number', models.PositiveIntegerField(default=0)),
                ('read_number', models.PositiveIntegerField(default=0)),
                ('unfetched_since', models.DateTimeField(blank=True, null=True)),
                ('last_seen_at', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='intake.source')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('unfetched_since__isnull', False), models.Q(('email', ''), _negated=True)), fields=['unfetched_since'], name='chat_reply_not_fetched')],
            },
        ),
        migrations.CreateModel(
            name='ChatLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('client_key', models.CharField(blank=True, max_length=64)),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='intake.chatconversation')),
                ('delivery', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='chat_line', to='intake.rawdelivery')),
                ('message', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.message')),
            ],
            options={
                'ordering': ('number',),
                'constraints': [
                    models.UniqueConstraint(fields=('conversation', 'number'), name='chat_line_number'),
                    models.UniqueConstraint(condition=models.Q(('client_key', ''), _negated=True), fields=('conversation', 'client_key'), name='chat_line_is_taken_once'),
                ],
            },
        ),
    ]
