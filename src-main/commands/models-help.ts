/** `nidus models --help`. */
export const modelsHelp = `Usage: nidus models add FOLDER|FILE --normals FOLDER [options]
       nidus models list [--json]
       nidus models show ID [--json]
       nidus models check ID [--provider NAME] [--json]
       nidus models remove ID [--yes]

Brings your own model: a forward ONNX file (VAE, AE, DAE) as PyTorch or Keras export it. Nidus derives the gradients,
compares them with finite differences, and keeps the model in the user data folder. For research use only.

add
  FOLDER|FILE            the .onnx file, or the folder with it; weights in side files are brought in
  --roles CASE.json      which input and outputs play which part, loss, beta. Without it: the model.json or case.json
                         beside the file; without these a proposal from names and shapes is printed
  --accept               take that proposal (on a terminal you are asked)
  --normals FOLDER       normal images, at least 8 slices, of the kind the model was trained on: statistics and
                         thresholds (99th, 95th, 99.5th percentile of pixel scores, with a bootstrap band) are fitted
                         from them. Needed, unless a complete model.json with statistics lies beside the file:
                         thresholds are not made up
  --id ID --name NAME    how it is called (default: from the roles or the file)
  --kind KIND            vae, cevae, ae, dae (default: vae with a latent distribution, else ae)
  --loss LOSS            l1, l2, bce, laplace-nll, gaussian-nll, ssim: what it was trained with (default: l2)
  --beta NUMBER          weight of the KL term (default: 1)
  --range LOW,HIGH       range of the pixels it was trained with (default: -1,1 where the network ends in Tanh,
                         else 0,1)
  --image CxHxW          size of the image, where the file leaves it open or a flat input is no square
  --preprocessing FILE   JSON in the form of "preprocessing" in model.json. Default: the whole image with its aspect
                         kept; scores count where it is brighter than 5 % of its 99th percentile; intensities
                           8-bit PNG            0 to 255 becomes the range
                           other, range 0,1     percentiles 0.5 and 99.5 of each slice's foreground become 0 and 1
                           other ranges         these percentiles of all normal images become its ends
                         What lies outside the image is 0 for the model
  --modality M,M --body-part P,P --contrast C --orientation axial|sagittal|coronal|frontal|any
                         what it was trained for (default: modality and body part of the normal images, else any)
  --licence SPDX         of the weights (default: NOASSERTION)
  A model without a mean and a variance has no KL: its maps are rec and grad-rec. ID of a shipped model: refused.

list     shipped and added models, and what is wrong with those that cannot be used
show     what a model takes and gives, its thresholds and where it lies
check    manifest and hash, gradients against finite differences, the provider (--provider auto|cpu|cuda|dml|coreml|
         webgpu, default cpu) against the CPU, and the same bits again for golden inputs
remove   deletes an added model; asks, or takes --yes

  NIDUS_DATA=FOLDER      another user data folder (Linux ~/.config/nidus, macOS ~/Library/Application Support/nidus,
                         Windows %APPDATA%\\nidus); added models lie in its models/
  --help                 this text

Exit codes: 0 done; 2 wrong arguments, roles not accepted; 4 the model cannot be loaded,
differentiated or calibrated, or a check failed.
`
