/** `nidus feedback --help`. */
export const feedbackHelp = `Usage: nidus feedback export --out PATH [--format NAME] [--reader NAME] [--study UID]...
       nidus feedback import FILE|FOLDER... [--reader NAME]
       nidus feedback verify
       nidus feedback stats
       nidus feedback restore [--list | --backup FILE]

Takes readers' verdicts out of the store and back. For research use only.

export --format
  coco       (default) one JSON file: annotations with run-length masks, and everything needed to import it again
  csv        a folder: verdicts.csv with the whole history, readings.csv
  png        a folder: masks/*.png, index.csv, feedback.coco.json
  nifti      a folder: volumes/*.nii.gz (labels in patient space), index.csv, feedback.coco.json
  training   a folder for nidus-train: index.csv (file, label, mask, hashed study, series, image and patient),
             images/*.npy where --images gives the studies, masks/*.png, left-out.csv; no UIDs
  --reader NAME   this reader's verdicts only
  --study UID     these studies only, may be repeated
  --images PATH   studies to take slices from, may be repeated (training)
Other formats hold study, series and image UIDs, never a patient's name or ID.

import
  Merges by id: what is there stays, nothing is doubled. Of png and nifti folders, masks that were edited become
  new verdicts of --reader NAME.

verify    looks for damage and tampering, as nidus audit verify
stats     counts, agreement between readers, thresholds in use
restore   --list shows the dated backups; --backup FILE puts one in place, the present store is set aside.
          Close Nidus before.

  --db FILE   the database; default: feedback/feedback.db in the user data folder
              (Linux ~/.config/nidus, macOS ~/Library/Application Support/nidus, Windows %APPDATA%\\nidus)
  --json      reports as JSON
  --help      this text

Exit codes: 0 done, 1 verification failed, 2 usage, 3 nothing readable, 5 done in part.
`
