"""A community's own tiers for the appraisal, and whom a filing wants asked."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bank', '0015_held_marks'),
        ('people', '0008_left'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TierVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('excellent', models.PositiveSmallIntegerField()),
                ('qualified', models.PositiveSmallIntegerField()),
                ('basic', models.PositiveSmallIntegerField()),
                ('from_year', models.PositiveSmallIntegerField(help_text='the first year that is held against them')),
                ('why', models.CharField(help_text='for the public page', max_length=200)),
                ('state', models.CharField(choices=[('PROPOSED', '待审核'), ('ADOPTED', '已通过'), ('REJECTED', '已退回')], default='PROPOSED', max_length=8)),
                ('proposed_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(default='', help_text='why it was sent back', max_length=200)),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['community', 'state', '-from_year'], name='tiers_of_community')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'PROPOSED')), fields=('community', 'from_year'), name='one_proposed_tiers'), models.CheckConstraint(condition=models.Q(('basic__gt', 0), ('excellent__gt', models.F('qualified')), ('qualified__gt', models.F('basic'))), name='tiers_one_below_another'), models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='tiers_second_person'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'PROPOSED')), models.Q(models.Q(('state', 'PROPOSED'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='tiers_decision_paired')],
            },
        ),
        migrations.AddField(
            model_name='filing',
            name='asks',
            field=models.CharField(choices=[('HELPED', '得到帮助的人，社区去问'), ('LEADER', '带队、组织的人，社区去问'), ('LINK', '发一个链接给本人，点一下就行'), ('DESK', '社区自己看到的，不用问')], default='', help_text='whom whoever filed it wants asked; nothing: they did not say', max_length=6),
        ),
    ]
