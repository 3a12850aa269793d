"""config/queue_tables.py: the tables come with the migrations, no more than once."""

import pytest
from django.db import connection

from config.broker import QUEUES
from config.queue_tables import install

pytestmark = pytest.mark.django_db


def ask(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def test_migrating_installs_every_queue():
    assert ask("SELECT count(*) FROM pgmq.meta") == len(QUEUES)


def test_installing_again_changes_nothing_and_keeps_messages():
    ask("SELECT pgmq.send('intake', '{}')")
    assert install() is False
    assert ask("SELECT count(*) FROM pgmq.q_intake") == 1


def test_another_version_is_replaced():
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON SCHEMA pgmq IS 'redress 0.0.1'")
    assert install() is True
    assert ask("SELECT count(*) FROM pgmq.meta") == len(QUEUES)
    assert install() is False


def test_the_transport_reads_what_it_published():
    """The installed tables and the installed transport understand each other."""
    from django.conf import settings
    from kombu import Connection, Exchange, Producer, Queue

    from config.broker import celery_settings

    options = celery_settings(broker_url="", database=settings.DATABASES["default"])
    transport = options["broker_transport_options"]
    with Connection(options["broker_url"], transport_options=transport) as link:
        queue = Queue("default", Exchange("redress", type="direct"), routing_key="default")
        producer = Producer(link, exchange=queue.exchange, routing_key="default")
        producer.publish({"id": 7}, declare=[queue])
        bound = queue(link.channel())
        message = bound.get()
        assert message is not None
        assert message.payload == {"id": 7}
        message.ack()
        assert bound.get() is None
