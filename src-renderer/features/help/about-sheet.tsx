import { Facts } from '../../components/facts'
import { Sheet } from '../../components/sheet'
import { useApp } from '../../state/engine'

/** What Nidus is, and what it is not for. */
export function AboutSheet() {
  const facts = useApp((state) => state.facts)
  return (
    <Sheet title="About Nidus" onClose={() => useApp.setState({ sheet: null })}>
      <p>
        <strong>{facts?.notice}</strong>
      </p>
      <p>
        Nidus shows where an image departs from what a generative model has learnt as normal. A high score is
        no finding, and a low one no reassurance. It is not a medical device.
      </p>
      <Facts
        rows={[
          ['Version', facts?.version],
          ['Electron', facts?.electronVersion],
          ['Platform', facts?.platform],
          ['Licence', 'Apache-2.0'],
          ['Network', 'never used']
        ]}
      />
    </Sheet>
  )
}
