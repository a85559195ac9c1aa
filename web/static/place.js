// Where the person is, asked of the device; throws the name of the text that says why it did not work.

function look(precise) {
  const options = { enableHighAccuracy: precise, timeout: precise ? 12000 : 10000, maximumAge: 30000 };
  return new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject, options));
}

export async function findPlace() {
  if (!window.isSecureContext || !navigator.geolocation) throw new Error("place_insecure");
  let found;
  try {
    found = await look(true).catch((fault) => (fault.code === 1 ? Promise.reject(fault) : look(false)));
  } catch (fault) {
    throw new Error(fault.code === 1 ? "place_refused" : "place_unknown");
  }
  const { latitude, longitude, accuracy } = found.coords;
  return { lat: latitude, lon: longitude, accuracy };
}
