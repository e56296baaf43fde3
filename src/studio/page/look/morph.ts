// One frame becomes another: the cell that is opened grows into the picture that opens, and shrinks into it again on the way up.
//
// A view transition of the browser would hold the page back until the next frame, and with it a key that is pressed in between. So a frame
// moves over a page that has gone on already, and nothing waits for it.

export type Frame = Pick<DOMRect, 'left' | 'top' | 'width' | 'height'>

/** The frame of what opens an address: of a matrix the cell under its cursor. */
export function frameOf(element: HTMLElement): Frame {
  const box = element.getBoundingClientRect()
  const [left, top, size] = (element.dataset['spot'] ?? '').split(' ').map(Number)
  return size === undefined ? box : { left: box.left + left, top: box.top + top, width: size, height: size }
}

/** The frame of an element, as far as it is seen in the view around it. */
export function seenFrameOf(element: Element): Frame {
  const box = element.getBoundingClientRect()
  const around = element.closest('.view')?.getBoundingClientRect() ?? box
  const [left, top] = [Math.max(box.left, around.left), Math.max(box.top, around.top)]
  return {
    left,
    top,
    width: Math.max(0, Math.min(box.right, around.right) - left),
    height: Math.max(0, Math.min(box.bottom, around.bottom) - top),
  }
}

/** Lets a frame move from one place to another; not at all for those who want no motion. */
export function morph(from: Frame, to: Frame): void {
  const ms = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--morph'))
  if (!(ms > 0) || from.width === 0 || to.width === 0) return
  const ghost = document.createElement('div')
  ghost.className = 'morph'
  document.body.append(ghost)
  const at = ({ left, top, width, height }: Frame): Keyframe => ({
    transform: `translate(${left}px, ${top}px)`,
    width: `${width}px`,
    height: `${height}px`,
  })
  const motion = ghost.animate(
    [
      { ...at(from), opacity: 1 },
      { ...at(to), opacity: 0.15 },
    ],
    { duration: ms, easing: 'cubic-bezier(0.2, 0, 0.2, 1)' },
  )
  motion.onfinish = motion.oncancel = () => ghost.remove()
}
