from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0001_initial_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='FailingAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=320, unique=True)),
                ('since', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('count', models.PositiveIntegerField(default=1)),
                ('why', models.CharField(blank=True, max_length=500)),
            ],
        ),
    ]
