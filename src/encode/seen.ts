// What a model sees of a picture: the numbers that its folder's preparation makes, at the size that the model is for.

import type { Picture, PictureSize } from '../image/picture.ts'
import { framedPicture, type Preparation, type Prepared, preparedPicture } from '../image/prepare.ts'
import type { AnyModel } from '../model/language.ts'
import { ofPictures, pictureOf } from '../model/pictureEncoder.ts'

/** The size that all pictures have when they are prepared; undefined where each has its own. */
function framedSize({ resize, crop }: Preparation): PictureSize | undefined {
  return crop ?? (resize && !('shortest' in resize.size) ? resize.size : undefined)
}

/** The model for pictures as they are when they are prepared: its places are resampled where it learnt from pictures of another size. */
export function seeing<Model extends AnyModel>(model: Model, preparation: Preparation | undefined): Model {
  const own = pictureOf(model)
  const size = preparation && framedSize(preparation)
  if (own === undefined || size === undefined || (size.width === own.across && size.height === own.down)) return model
  return ofPictures(model, { down: size.height, across: size.width })
}

/** A picture as a model reads it, and as it then looks. Throws for one that has another size when it is prepared; `place`: its name. */
export function seenPicture(
  picture: Picture,
  { model, preparation }: { readonly model: AnyModel; readonly preparation: Preparation },
  place: string,
): Prepared & { readonly seen: Picture } {
  const prepared = preparedPicture(picture, preparation)
  const wanted = pictureOf(model)
  if (wanted && (wanted.down !== prepared.down || wanted.across !== prepared.across))
    throw new Error(
      `${place}: it has ${prepared.across} × ${prepared.down} pixels when it is prepared, and the model reads ${wanted.across} × ${wanted.down}. ` +
        `Say in preprocessor_config.json how pictures are resized, or give one of that size.`,
    )
  return { ...prepared, seen: framedPicture(picture, preparation) }
}
