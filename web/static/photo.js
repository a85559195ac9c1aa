// Photos are made smaller before they are sent: it is quick on a weak network, and leaves the place of the shot behind.

const LONGEST = 1600; // Pixels of the longer side.
const SMALL = 150000; // Bytes that are not worth the trouble.

export async function shrink(file) {
  if (file.type === "image/gif" || (file.size < SMALL && file.type !== "image/jpeg")) return file;
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return (await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.82))) ?? file;
  } catch {
    return file; // A kind of photo that this browser cannot read; the service may know it.
  }
}
