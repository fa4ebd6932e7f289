"""Deeds as the pages need them: hours, who was helped, what the member says of what was entered for them, and links to vouch by."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

class Migration(migrations.Migration):

    dependencies = [
        ('bank', '0012_help'),
        ('people', '0006_makers_instead_of_opened_by'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='VouchLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='for whom, as the community calls them', max_length=40)),
                ('issued_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('browser', models.BinaryField(help_text='SHA-256 of what the browser that opened it was given', null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer', models.BooleanField(help_text='whether it happened', null=True)),
                ('said', models.CharField(default='', max_length=200)),
                ('ended_at', models.DateTimeField(help_text='another link took its place', null=True)),
            ],
        ),
        migrations.AddField(
            model_name='filing',
            name='acknowledged_at',
            field=models.DateTimeField(help_text='when the member said of what another entered that it was them', null=True),
        ),
        migrations.AddField(
            model_name='filing',
            name='begins',
            field=models.TimeField(help_text='by the clock, where the rule counts hours', null=True),
        ),
        migrations.AddField(
            model_name='filing',
            name='ends',
            field=models.TimeField(null=True),
        ),
        migrations.AddField(
            model_name='filing',
            name='witness',
            field=models.CharField(default='', help_text='who was helped or led it, as whoever filed or attested it calls them', max_length=40),
        ),
        migrations.AddConstraint(
            model_name='filing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('begins', None), ('ends', None)), models.Q(('begins__isnull', False), ('begins__lt', models.F('ends')), ('ends__isnull', False)), _connector='OR'), name='hours_of_a_deed'),
        ),
        migrations.AddField(
            model_name='vouchlink',
            name='filing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='bank.filing'),
        ),
        migrations.AddField(
            model_name='vouchlink',
            name='issued_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='vouchlink',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at', None), ('ended_at', None)), fields=('filing',), name='one_open_link'),
        ),
        migrations.AddConstraint(
            model_name='vouchlink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('browser', None), ('opened_at', None)), models.Q(('browser__isnull', False), ('opened_at__isnull', False)), _connector='OR'), name='link_opening_paired'),
        ),
        migrations.AddConstraint(
            model_name='vouchlink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', None), ('answered_at', None)), models.Q(('answer__isnull', False), ('answered_at__isnull', False), ('opened_at__isnull', False)), _connector='OR'), name='link_answer_paired'),
        ),
    ]
