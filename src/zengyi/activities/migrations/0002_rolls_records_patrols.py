import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0001_initial'),
        ('orders', '0011_arisen'),
        ('people', '0008_left'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Ledger',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('GOLDENROD', '一枝黄花'), ('SEWAGE', '排污'), ('RUBBISH', '垃圾'), ('OTHER', '别的'), ('NOTHING', '没发现')], max_length=9)),
                ('key', models.CharField(max_length=80)),
                ('spot', models.CharField(default='', max_length=60)),
                ('found', models.PositiveIntegerField(default=0)),
                ('removed', models.PositiveIntegerField(default=0)),
                ('empty_visits', models.PositiveSmallIntegerField(default=0, help_text='one after the other, since something was last there')),
                ('state', models.CharField(choices=[('OPEN', '还在清'), ('GONE', '没有了')], default='OPEN', max_length=4)),
                ('look_on', models.DateField(help_text='when somebody is to look again', null=True)),
                ('opened_at', models.DateTimeField()),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
                ('place', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('community', 'what', 'key'), name='one_ledger_per_place'), models.CheckConstraint(condition=models.Q(('removed__lte', models.F('found'))), name='no_more_removed_than_found'), models.CheckConstraint(condition=models.Q(('state', 'OPEN'), models.Q(('look_on', None), ('state', 'GONE')), _connector='OR'), name='gone_is_not_looked_for')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(choices=[('GOLDENROD', '一枝黄花'), ('SEWAGE', '排污'), ('RUBBISH', '垃圾'), ('OTHER', '别的'), ('NOTHING', '没发现')], max_length=9)),
                ('spot', models.CharField(default='', max_length=60)),
                ('note', models.CharField(default='', max_length=300)),
                ('basis', models.CharField(choices=[('COUNTED', '数过'), ('ESTIMATED', '估的'), ('AREA', '按面积'), ('PRESENT', '只见有')], default='', max_length=9)),
                ('count', models.PositiveIntegerField(null=True)),
                ('fixed', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('verdict', models.CharField(choices=[('TRUE', '查实了'), ('FALSE', '不属实')], default='', max_length=5)),
                ('verified_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(default='', max_length=200)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('place', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
                ('verified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ledger', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='activities.ledger')),
            ],
            options={
                'indexes': [models.Index(fields=['community', '-id'], name='finding_of_community'), models.Index(fields=['ledger', '-id'], name='finding_of_ledger')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('basis', ''), ('count', None), ('order', None), ('what', 'NOTHING')), models.Q(models.Q(('what', 'NOTHING'), _negated=True), ('basis', 'PRESENT'), ('count', None)), models.Q(models.Q(('what', 'NOTHING'), _negated=True), ('basis__in', ['COUNTED', 'ESTIMATED', 'AREA']), ('count__gt', 0), ('count__isnull', False)), _connector='OR'), name='count_has_its_basis'), models.CheckConstraint(condition=models.Q(models.Q(('verdict', ''), ('verified_at', None), ('verified_by', None)), models.Q(models.Q(('verdict', ''), _negated=True), ('verified_at__isnull', False), ('verified_by__isnull', False)), _connector='OR'), name='verdict_has_author'), models.CheckConstraint(condition=models.Q(('verified_by', None), models.Q(('verified_by', models.F('by')), _negated=True), _connector='OR'), name='verified_by_another')],
            },
        ),
        migrations.CreateModel(
            name='FindingPhoto',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('size', models.PositiveIntegerField()),
                ('added_at', models.DateTimeField()),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='activities.finding')),
            ],
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('FOUND', '发现'), ('REMOVED', '清除'), ('EMPTY', '去了，没有')], max_length=7)),
                ('count', models.PositiveIntegerField(null=True)),
                ('basis', models.CharField(choices=[('COUNTED', '数过'), ('ESTIMATED', '估的'), ('AREA', '按面积'), ('PRESENT', '只见有')], default='', max_length=9)),
                ('on_day', models.DateField()),
                ('spot', models.CharField(default='', help_text='which stretch', max_length=60)),
                ('who', models.CharField(default='', help_text='who did it, in words: members and residents', max_length=60)),
                ('people', models.PositiveIntegerField(help_text='how many came', null=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('finding', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='activities.finding')),
                ('ledger', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='activities.ledger')),
            ],
            options={
                'indexes': [models.Index(fields=['ledger', 'on_day', 'id'], name='entry_of_ledger')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('count', None), ('kind', 'EMPTY')), models.Q(('basis', 'COUNTED'), ('count__gt', 0), ('count__isnull', False), ('kind', 'REMOVED')), models.Q(('kind', 'FOUND'), models.Q(('basis', ''), _negated=True)), _connector='OR'), name='removed_is_counted')],
            },
        ),
        migrations.CreateModel(
            name='Record',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('sequence', models.PositiveIntegerField()),
                ('number', models.CharField(max_length=30, unique=True)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('content', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('ISSUED', '有效'), ('SUPERSEDED', '已被新的一张替换'), ('REVOKED', '已撤销')], default='ISSUED', max_length=10)),
                ('issued_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(default='', max_length=200)),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('superseded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='activities.record')),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-id'], name='record_of_person'), models.Index(fields=['community', '-id'], name='record_of_community')],
                'constraints': [models.UniqueConstraint(fields=('community', 'year', 'sequence'), name='one_record_per_number'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'ISSUED'), ('superseded_by', None)), models.Q(('ended_at__isnull', False), ('state', 'SUPERSEDED'), ('superseded_by__isnull', False)), models.Q(('ended_at__isnull', False), ('state', 'REVOKED'), ('superseded_by', None)), _connector='OR'), name='record_end_paired')],
            },
        ),
        migrations.CreateModel(
            name='Stay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('in_at', models.DateTimeField()),
                ('out_at', models.DateTimeField(null=True)),
                ('source', models.CharField(choices=[('QR', '扫码进出'), ('ROLL', '点名'), ('PAPER', '纸质名单'), ('CORRECTED', '更正')], max_length=9)),
                ('at', models.DateTimeField()),
                ('attendee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stays', to='activities.attendee')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('out_at', None)), fields=('attendee',), name='one_open_stay'), models.CheckConstraint(condition=models.Q(('out_at', None), ('out_at__gte', models.F('in_at')), _connector='OR'), name='stay_ends_later')],
            },
        ),
    ]
