"""Tokens: made, used, revoked."""


def test_a_token_works_until_it_is_revoked(daemon):
    made = daemon.call("POST", "/v1/tokens", daemon.admin_token, json={"role": "police", "municipality": "upplands-bro",
                                                                      "organisation": "Polisen"})
    assert made.status_code == 201
    token = made.json()
    assert daemon.call("POST", "/v1/reports?date=2026-03-01", token["token"], data=b"Kl 10 brand, Bro.",
                       headers={"Content-Type": "text/plain"}).status_code == 201
    listed = daemon.call("GET", "/v1/tokens", daemon.admin_token)
    assert token["id"] in [t["id"] for t in listed.json()["items"]]
    assert token["token"] not in listed.text
    assert daemon.call("DELETE", f"/v1/tokens/{token['id']}", daemon.admin_token).status_code == 204
    assert daemon.call("POST", "/v1/reports", token["token"], data=b"x",
                       headers={"Content-Type": "text/plain"}).status_code == 401, "at once"
    assert daemon.call("DELETE", f"/v1/tokens/{token['id']}", daemon.admin_token).status_code == 404


def test_the_secret_is_not_stored(daemon):
    token = daemon.call("POST", "/v1/tokens", daemon.admin_token, json={"role": "analyst"}).json()["token"]
    secret = token.rsplit("_", 1)[0] and token[-43:]
    rows = daemon.sql("SELECT t::text FROM lagesbild.token t")
    assert rows and not any(secret in row[0] for row in rows)
    assert secret not in daemon.log()


def test_a_group_needs_its_areas(daemon):
    def make(**token):
        return daemon.call("POST", "/v1/tokens", daemon.admin_token, json=token)
    assert make(role="group").json()["errors"][0]["pointer"] == "/areas"
    assert make(role="group", areas=["finns-inte"]).status_code == 400
    made = make(role="group", areas=["hasselby-torg"]).json()
    assert made["municipality"] == "stockholm"
    assert make(role="kung").json()["errors"][0]["pointer"] == "/role"
    assert make(role="police", kommun="x").json()["errors"][0]["pointer"] == "/kommun"


def test_a_municipalitys_admin_stays_at_home(daemon):
    admin = daemon.make_token("admin", "upplands-bro")
    assert daemon.call("POST", "/v1/tokens", admin, json={"role": "police", "municipality": "stockholm"}).status_code == 400
    made = daemon.call("POST", "/v1/tokens", admin, json={"role": "police"}).json()
    assert made["municipality"] == "upplands-bro"
    elsewhere = daemon.call("POST", "/v1/tokens", daemon.admin_token, json={"role": "police", "municipality": "stockholm"}).json()
    assert daemon.call("DELETE", f"/v1/tokens/{elsewhere['id']}", admin).status_code == 404
    assert elsewhere["id"] not in daemon.call("GET", "/v1/tokens", admin).text
