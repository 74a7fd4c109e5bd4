/** Words of anatomy and technique, of which descriptions of studies and series are made; none of them names anyone. */
const words = `
2d 3d 4d abd abdo abdomen abdominal acetabulum acquisition adc adrenal angio angiography ankle anterior aorta aortic ap
arch arm arterial artery asl atlas atrium avg axial axis b0 b50 b1000 b500 b800 base basis biliary bilateral biopsy bladder
blood body bold bone bones bowel brain breast bronchi bronchial calcaneus calcium cardiac carotid carpal cavity
cerebral cerebellum cervical chest cine clavicle coil collimation colon colonography contrast cor coronal coronary
coupe cranial cranium cranio cross ct cta ctp cube cystography delay delayed diffusion disc dixon dose dual duodenum dwi dynamic dyn
early echo ecg elbow enhanced epi esophagus expiration extremity eye face facial fast fat fdg fdopa femoral femur
fibula field film filter fine finger fingers first flair flash fluoro foot foramen forearm frame frontal full fusion
gallbladder gate gated gradient gre hand hard haste head heart helical hepatic hip hips hr humerus hysterosalpingography
image images inf inferior inner inspiration internal intracranial inversion ir ivp jaw joint kernel kidney kidneys knee knees
larynx lat late lateral left leg legs limb liver localizer localiser loc long low lower lumbar lung lungs lymph
magnetization mammo mammography mandible map mapping maxilla mean mediastinum mediolateral medium mesenteric metatarsal mid mip
mlo motion mp2rage mpr mprage mr mra mri mrcp mrv multi nasal native neck non noncontrast none nose oblique obl opposed
optic orbit orbits out outer ovary pa pancreas paranasal parotid patella pelvic pelvis perfusion pet phalanx
phantom pharynx phase phases pituitary plain plane plantar portal portable post posterior pre precontrast proton
prostate protocol pulmonary pulse quick radial radius recon reconstruction ref reformat reformatted renal rest rib ribs right
routine run sacral sacroiliac sacrum sag sagittal scan scanogram scapula scout screening second sella sense sequence series
shoulder sinus sinuses skull slab slice slices small soft sort spect spgr spin spine spiral spleen splenic standard stem
sternum stir stomach stress study sub subtraction sup superior supine prone surview survey suv swi t1 t1w t2 t2w t2star table
temporal test testis tfe thick thin third thoracic thorax thumb thyroid tibia time tissue toe toes tof tomography
topogram trace trachea tracking transverse tra tse turbo tumor tumour ulna ultrasound unenhanced upper ureter urethra urography us
uterus vein venous vert vertebra vertebrae vertebral view volume vrt waters water weighted whole window with without wo w
wrist xr xray zoom mammogram tomo tomosynthesis dbt cc rt lt bilat attenuation corrected uncorrected ac nac ldct hrct
pd pdw fs fatsat dce gd gadolinium iv oral rectal mask sub dsa roadmap rotational angiogram cerebellar hippocampus
thalamus basal ganglia cortex csf ventricle ventricles ventricular septum valve mitral tricuspid apex apical parasternal
subcostal suprasternal chamber short doppler color colour power mode b a and or of the to in for at by from on no
`

/** In lower case. */
export const vocabulary: ReadonlySet<string> = new Set(words.trim().split(/\s+/u))
