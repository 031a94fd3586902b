interface CocoSet {
  images: { id: number; file_name: string; width: number; height: number }[]
  categories: { id: number; name: string }[]
  annotations: { image_id: number; category_id: number; segmentation: unknown }[]
}

/** A COCO data set of two images; numbers of annotations and their places are those of the test. */
export const COCO: CocoSet = {
  images: [
    { id: 7, file_name: 'a.png', width: 10, height: 8 },
    { id: 8, file_name: 'b.png', width: 4, height: 3 },
  ],
  categories: [
    { id: 1, name: 'artery' },
    { id: 2, name: 'vein' },
  ],
  annotations: [
    { image_id: 7, category_id: 1, segmentation: [[1, 1, 6, 1, 6, 4, 1, 4]] },
    { image_id: 7, category_id: 2, segmentation: { size: [8, 10], counts: [64, 3, 13] } },
    { image_id: 8, category_id: 2, segmentation: { size: [3, 4], counts: '39' } },
  ],
}
