"""The preset nn-plot: the network of a video of 2017, as it was.

A network of 2500-12-12-12-4 units learns circles, squares and triangles: raw pixels from
0 to 255, weights that drop out (DropConnect, 0.9 kept in all matrices but the last), first
weights from a truncated normal of 0.01, biases of 0.01, Adam at 0.001, and 251 epochs of
one update each that looks at all pictures but one. It is drawn as ten blocks of 250
pixels, 12-12-12 units and four decisions; every snapshot shows another picture.

What was wrong with it is kept where it makes the network what it is:

- Only the copies turned by 90, 180 and 270 degrees are learned, never the drawings as
  they were drawn.
- No example has the fourth class, "I don't know": it comes out only where no other class
  reaches 0.6 (0.95 when testing), which tells unknown things no better than chance does.
- Nothing is held out: loss and accuracy are those of the batch that is learned, with
  weights dropped.
- Pixels are not scaled, so the first layer's weights stay small and many units die.

What was wrong with its drawing is not repeated:

- While the update ran back each edge showed the weight of its mirror image; here each
  shows its own.
- The numbers on the edges were those of the first snapshot for ever; here an edge tells
  its weight where the mouse is.
- Activations were those of a pass with weights dropped; here nothing is dropped.

Source:
    ryanchesler/NN-Plot, 2017; its behaviour was measured, none of its code is here.
"""
