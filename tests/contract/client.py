"""A Python client generated from the contract writes a reflection and publishes a practice example."""

import importlib
import subprocess
import sys
import uuid
from pathlib import Path

from demo import demo

PACKAGE = "soundings_client"
WRITER = "worker1@northmoor.example"


def client(contract, binary, folder, tally):
    """Generates the client, then lets it work against a demo."""
    generated = generate(contract, folder)
    tally.check("openapi-generator makes a Python client", (generated / PACKAGE / "__init__.py").exists())
    sys.path.insert(0, str(generated))
    soundings = importlib.import_module(PACKAGE)
    with demo(binary, folder / "demo") as service:
        write_and_read_back(soundings, service, tally)
        publish_and_read_back(soundings, service, tally)
        be_refused(soundings, service, tally)


def generate(contract, folder):
    """Runs openapi-generator from its PyPI package, which carries the generator and its Java; nothing is installed."""
    generated = folder / "generated"
    generator = Path(sys.executable).with_name("openapi-generator-cli")
    command = [str(generator), "generate", "--generator-name=python"]
    command += [f"--input-spec={contract}", f"--output={generated}", f"--package-name={PACKAGE}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    (folder / "generator.log").write_text(done.stdout + done.stderr)
    if done.returncode != 0:
        raise RuntimeError(f"openapi-generator left status {done.returncode}:\n{done.stderr[-2000:]}")
    return generated


def connect(soundings, service, token=None):
    """The generated client, speaking to the demo."""
    return soundings.ApiClient(soundings.Configuration(host=f"{service.base_url}/api/v1", access_token=token))


def write_and_read_back(soundings, service, tally):
    """A person writes with one field and reads the same words."""
    api = soundings.ReflectionsApi(connect(soundings, service, service.token(WRITER)))
    body = f"I wondered what the silence meant. ({uuid.uuid4()})"
    written = api.write_reflection(soundings.NewReflection(body=body))
    read = api.get_reflection(written.id)
    tally.check("a person's token writes a reflection and reads it back", read.body == body and read.revision == written.revision, read)


def publish_and_read_back(soundings, service, tally):
    """A system asks for a token, publishes under its own key, and anybody reads the example."""
    credentials = service.service_clients[0]
    granted = soundings.AccountApi(connect(soundings, service)).create_access_token(
        grant_type="client_credentials",
        client_id=credentials["client_id"],
        client_secret=credentials["client_secret"],
        scope="library:publish",
    )
    library = soundings.LibraryApi(connect(soundings, service, granted.access_token))
    example = soundings.NewExample(title="Walking with families", summary="Visits made on foot.", state="published")
    published = library.put_example(credentials["organisation_id"], "walking-with-families", example)
    read = soundings.LibraryApi(connect(soundings, service)).get_example(published.id)
    tally.check("a service client's token publishes a practice example", published.state == "published", published)
    tally.check("anybody reads the published example", read.title == example.title, read)


def be_refused(soundings, service, tally):
    """The control: without a token, and with a wrong one, the same client is told 401."""
    for token in (None, "nobody"):
        try:
            soundings.ReflectionsApi(connect(soundings, service, token)).list_reflections()
            refused = False
        except soundings.ApiException as refusal:
            refused = refusal.status == 401
        tally.check(f"the client is refused {'with a wrong token' if token else 'without a token'}", refused)
