"""common/body_limit.py: too big is refused before it is read."""


def test_a_body_over_the_limit_is_answered_413_as_a_problem(client, settings):
    settings.REDRESS_MAX_BODY_BYTES = 10
    response = client.post("/healthz", data=b"x" * 11, content_type="application/json")
    assert response.status_code == 413
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "body_too_large"


def test_a_body_of_exactly_the_limit_goes_on(client, settings):
    settings.REDRESS_MAX_BODY_BYTES = 10
    response = client.post("/healthz", data=b"x" * 10, content_type="application/json")
    assert response.status_code == 405


def test_a_body_of_unknown_length_is_answered_411(client):
    response = client.get("/healthz", headers={"transfer-encoding": "chunked"})
    assert response.status_code == 411
