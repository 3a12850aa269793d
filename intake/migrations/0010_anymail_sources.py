from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0009_marketplace_files_and_calls'),
    ]

    operations = [
        migrations.AlterField(
            model_name='source',
            name='kind',
            field=models.CharField(choices=[('generic', 'Webhook (generic)'), ('email', 'E-mail'), ('form', 'Public form'), ('chat', 'Live chat'), ('phone', 'Phone calls'), ('marketplace', 'Marketplace file'), ('telegram', 'Telegram'), ('line', 'LINE'), ('slack', 'Slack'), ('whatsapp', 'WhatsApp'), ('messenger', 'Messenger'), ('instagram', 'Instagram'), ('twilio_sms', 'Twilio SMS'), ('twilio_voice', 'Twilio Voice'), ('wechat', 'WeChat 微信'), ('wecom', 'WeCom 企业微信'), ('douyin', 'Douyin 抖音'), ('shopify', 'Shopify'), ('mailgun', 'Mailgun'), ('postmark', 'Postmark'), ('sendgrid', 'SendGrid'), ('anymail', 'Mail provider (Amazon SES, Brevo, Mailjet …)')], max_length=20),
        ),
    ]
