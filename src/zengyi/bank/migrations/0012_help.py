"""Help that was given, with what it brought; deeds may be short for a pair."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bank', '0011_duties'),
        ('people', '0006_makers_instead_of_opened_by'),
    ]

    operations = [
        migrations.AlterField(
            model_name='filing',
            name='short',
            field=models.CharField(choices=[('ACTIVITY', '超过一次活动的上限，多出的记 0 分'), ('QUARTER', '超过本季上限，多出的记 0 分'), ('YEAR', '超过全年上限，多出的记 0 分'), ('PAIR', '本季度你们之间次数多了，多出的记 0 分')], default='', help_text='why it brought fewer than the rule says', max_length=8),
        ),
        migrations.CreateModel(
            name='Help',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occurred_on', models.DateField(help_text='the day of the confirmation, which decides the quarter')),
                ('worth', models.PositiveSmallIntegerField()),
                ('points', models.PositiveSmallIntegerField()),
                ('short', models.CharField(choices=[('ACTIVITY', '超过一次活动的上限，多出的记 0 分'), ('QUARTER', '超过本季上限，多出的记 0 分'), ('YEAR', '超过全年上限，多出的记 0 分'), ('PAIR', '本季度你们之间次数多了，多出的记 0 分')], default='', max_length=8)),
                ('confirmed_at', models.DateTimeField()),
                ('reversed_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(help_text="the difficulty's", on_delete=django.db.models.deletion.PROTECT, related_name='helps', to='bank.account')),
                ('asker', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
                ('member', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.member')),
                ('organisation', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['asker', 'member', 'occurred_on', 'reversed_at'], name='help_of_pair'), models.Index(fields=['asker', 'organisation', 'occurred_on', 'reversed_at'], name='help_of_pair_unit'), models.Index(fields=['community', 'occurred_on', 'asker', 'member'], name='help_of_quarter')],
                'constraints': [models.CheckConstraint(condition=models.Q(('member', None), ('organisation', None), _connector='XOR'), name='help_of_one'), models.CheckConstraint(condition=models.Q(('points__lte', models.F('worth')), ('worth__gt', 0)), name='help_within_its_worth'), models.CheckConstraint(condition=models.Q(('reversed_at', None), ('points', 0), _connector='OR'), name='help_taken_back_brings_nothing'), models.CheckConstraint(condition=models.Q(models.Q(('points', models.F('worth')), ('short', '')), models.Q(('short', ''), _negated=True), ('reversed_at__isnull', False), _connector='OR'), name='help_short_has_reason'), models.UniqueConstraint(condition=models.Q(('reversed_at', None)), fields=('account', 'member'), name='one_help_of_member'), models.UniqueConstraint(condition=models.Q(('reversed_at', None)), fields=('account', 'organisation'), name='one_help_of_unit')],
            },
        ),
    ]
