from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0003_more_platforms'),
    ]

    operations = [
        migrations.AlterField(
            model_name='source',
            name='kind',
            field=models.CharField(choices=[('generic', 'Webhook (generic)'), ('email', 'E-mail'), ('form', 'Public form'), ('telegram', 'Telegram'), ('line', 'LINE'), ('slack', 'Slack'), ('whatsapp', 'WhatsApp'), ('messenger', 'Messenger'), ('instagram', 'Instagram'), ('twilio_sms', 'Twilio SMS'), ('twilio_voice', 'Twilio Voice'), ('wechat', 'WeChat 微信'), ('wecom', 'WeCom 企业微信'), ('douyin', 'Douyin 抖音'), ('shopify', 'Shopify'), ('mailgun', 'Mailgun'), ('postmark', 'Postmark'), ('sendgrid', 'SendGrid')], max_length=20),
        ),
    ]
